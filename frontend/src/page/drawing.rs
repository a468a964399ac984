//! What the page draws, and when: frames and the camera onto the canvas, through the [`super::easel`].

use atheria_shared::view::Scale;
use atheria_shared::world::WorldInfo;
use frontend::camera::{Camera, Scene, Xy, ZOOM_STEP};
use frontend::colormap::Colormap;
use frontend::legend::Range;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, ResizeObserver};

use super::easel::Waiting;
use super::state::{App, Graphics};
use crate::browser::memory::pixel_ratio;
use crate::browser::painter::{Painter, PainterError};

/// Pixels of the page that an arrow key pans by.
const PAN_PIXELS: f64 = 48.0;

impl App {
    /// Draws whenever what is drawn with changes.
    pub(super) fn begin_easel(self) {
        Effect::new(move |_| {
            self.camera.track();
            self.scene.track();
            self.palette.track();
            self.theme.track();
            self.draw_soon();
        });
    }

    /// Sets the canvas up.
    pub(super) fn set_up(self, canvas: &HtmlCanvasElement) {
        let element = canvas.clone();
        let measure = move || {
            let ratio = pixel_ratio();
            let size = Xy::new(
                (f64::from(element.client_width()) * ratio).round(),
                (f64::from(element.client_height()) * ratio).round(),
            );
            if self.scene.with_untracked(|scene| scene.canvas != size) {
                self.scene.update(|scene| scene.canvas = size);
            }
        };
        measure();
        let changed = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(canvas);
        }
        // The canvas lives as long as the page.
        changed.forget();

        match Painter::new(canvas.clone()) {
            Ok(painter) => {
                self.easel.painter.set_value(Some(painter));
                self.draw_soon();
            }
            Err(error) => self.cannot_paint(&error),
        }
    }

    fn cannot_paint(self, error: &PainterError) {
        if let PainterError::Refused(reason) = error {
            leptos::logging::error!("WebGL2: {reason}");
        }
        self.graphics.set(Graphics::Missing);
    }

    /// The graphics card took the context away.
    pub(super) fn context_lost(self) {
        self.graphics.set(Graphics::Lost);
    }

    /// It gave it back.
    pub(super) fn context_restored(self) {
        let restored = self
            .easel
            .painter
            .try_update_value(|painter| painter.as_mut().map_or(Ok(()), Painter::restore));
        if let Some(Err(error)) = restored {
            self.cannot_paint(&error);
        } else {
            self.graphics.set(Graphics::Fine);
            self.draw_soon();
        }
    }

    /// Takes a frame; one that still waits is older, and dropped.
    pub(super) fn hang(self, frame: Waiting) {
        self.easel.waiting.set_value(Some(frame));
        self.draw_soon();
    }

    /// Empties the canvas.
    pub(super) fn clear_easel(self) {
        self.easel.waiting.set_value(None);
        self.easel.painter.update_value(|painter| {
            if let Some(painter) = painter {
                painter.clear();
            }
        });
        self.range.set(None);
    }

    fn draw_soon(self) {
        if self.easel.due.get_value() {
            return;
        }
        self.easel.due.set_value(true);
        request_animation_frame(move || {
            self.easel.due.set_value(false);
            self.draw();
        });
    }

    fn draw(self) {
        let waiting = self.easel.waiting.try_update_value(Option::take).flatten();
        let number = waiting.as_ref().map(|frame| frame.number);
        let frame = waiting.and_then(|frame| self.unpack(&frame.bytes));
        if let Some((header, _)) = &frame {
            let range = Some(Range::of(header));
            if self.range.get_untracked() != range {
                self.range.set(range);
            }
        }
        let scene = self.scene.get_untracked();
        let place = scene.place(self.camera.get_untracked());
        // A frame of the view before may still be under way: it is shown in colours that suit it.
        let (map, mix) = untrack(|| (self.colormap(&self.view.get()), self.palette.get().mix));
        let painted = self.easel.painter.try_update_value(|painter| {
            let Some(painter) = painter else { return Ok(()) };
            painter.resize(scene.canvas);
            if let Some((header, pixels)) = frame {
                painter.show(header, pixels)?;
            }
            let Some(header) = painter.header() else {
                painter.clear();
                return Ok(());
            };
            let usual = if header.scale == Scale::Cyclic {
                Colormap::HueWheel
            } else {
                Colormap::Magma
            };
            let table = map.unwrap_or(usual).table(header.scale);
            painter.colour(&table, mix.primaries())?;
            painter.draw(place, scene.edges(&place), pixel_ratio())
        });
        if let Some(Err(error)) = painted
            && self.graphics.get_untracked() == Graphics::Fine
        {
            self.cannot_paint(&error);
        }
        if let Some(number) = number {
            // Once it is on the screen: a browser that paints slowly draws its screen as seldom.
            request_animation_frame(move || self.say_painted(number));
        }
    }

    /// Learns which world is on the canvas.
    pub(super) fn measure_world(self, world: &WorldInfo) {
        let scene = self.scene.get_untracked();
        let now = scene.with_world(world.grid, world.boundary);
        if now != scene {
            self.scene.set(now);
        }
        let camera = self.camera.get_untracked();
        let inside = now.bring(camera);
        if inside != camera {
            self.camera.set(inside);
        }
    }

    fn look(self, change: impl FnOnce(&Scene, Camera) -> Camera) {
        if self.range.with_untracked(Option::is_none) {
            return;
        }
        let scene = self.scene.get_untracked();
        let camera = change(&scene, self.camera.get_untracked());
        self.camera.set(camera);
    }

    /// Zooms in by a factor; the cell under `pixel` stays, or the one in the middle.
    pub(super) fn zoom(self, factor: f64, pixel: Option<Xy>) {
        self.look(|scene, camera| {
            let middle = Xy::new(scene.canvas.x / 2.0, scene.canvas.y / 2.0);
            scene.zoom(camera, factor, pixel.unwrap_or(middle))
        });
    }

    pub(super) fn zoom_in(self) {
        self.zoom(ZOOM_STEP, None);
    }

    pub(super) fn zoom_out(self) {
        self.zoom(1.0 / ZOOM_STEP, None);
    }

    /// Moves the world by so many pixels of the screen.
    pub(super) fn pan(self, by: Xy) {
        self.look(|scene, camera| scene.pan(camera, by));
    }

    /// Moves the view by notches of an arrow key.
    pub(super) fn pan_notches(self, right: i8, down: i8) {
        let step = -PAN_PIXELS * pixel_ratio();
        self.pan(Xy::new(step * f64::from(right), step * f64::from(down)));
    }

    pub(super) fn one_to_one(self) {
        self.look(|scene, camera| scene.at_scale(camera, pixel_ratio()));
    }

    /// All of the world.
    pub(super) fn fit(self) {
        self.camera.set(Camera::Fit);
    }

    /// What can be seen of matter; all of the world where nothing can.
    pub(super) fn fit_matter(self) {
        let seen = self.status.with_untracked(|status| status.numbers.matter_box);
        self.look(|scene, _| seen.map_or(Camera::Fit, |seen| scene.fit_box(seen)));
    }
}
